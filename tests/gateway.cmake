# Tests of the gateway half: each folder of gateway/ with its tests; further suites (faults, simulation, tidy) add themselves here.
foreach(folder base configuration store pipeline runtime channels api cli observability)
  if(TARGET gateway_${folder})
    unit_tests(gateway ${folder} gateway_${folder})
  endif()
endforeach()
