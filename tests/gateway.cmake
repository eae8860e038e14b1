# Tests of the gateway half: each folder of gateway/ with its tests; further suites (faults, simulation, tidy) add themselves here.
foreach(folder base configuration pipeline runtime channels api front simulate cli observability)
  if(TARGET gateway_${folder})
    unit_tests(gateway ${folder} gateway_${folder} gateway_store_sqlite)
  endif()
endforeach()
unit_tests(gateway store gateway_store_sqlite)
foreach(folder crypto crypto/mime crypto/cms as2)
  string(REPLACE "/" "_" layer "gateway_${folder}")
  if(TARGET ${layer})
    unit_tests(gateway ${folder} ${layer})
  endif()
endforeach()
if(TARGET unit_gateway_channels)
  target_link_libraries(unit_gateway_channels PRIVATE gateway_simulate)  # the peer of http_api's tests
endif()
if(TARGET crossdock)
  add_subdirectory(faults)
endif()
# What runs threads is also run under ThreadSanitizer: `./dev test` builds tsan_tests in the tsan preset (small: it needs no translators),
# `./dev sanitize` also the rest.
add_custom_target(tsan_tests DEPENDS unit_gateway_store unit_gateway_runtime)
add_custom_target(tsan_all DEPENDS unit_gateway_store unit_gateway_runtime unit_gateway_pipeline unit_gateway_channels)
